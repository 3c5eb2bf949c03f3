import { describe } from 'node:test'
import { defineBodyCases } from './hardening/bodies.ts'
import { defineProtocolCases } from './hardening/protocol.ts'
import { defineRaces } from './hardening/races.ts'
import { defineTextCases } from './hardening/text.ts'
import { defineTokenCases } from './hardening/tokens.ts'
import { defineValueCases } from './hardening/values.ts'
import { describeService } from './service.ts'

describeService('nothing that a client sends makes a fault', (service) => {
  describe('races', () => defineRaces(service))
  describe('text', () => defineTextCases(service))
  describe('numbers and times', () => defineValueCases(service))
  describe('bodies', () => defineBodyCases(service))
  describe('the protocol', () => defineProtocolCases(service))
  describe('tokens', () => defineTokenCases(service))
})
