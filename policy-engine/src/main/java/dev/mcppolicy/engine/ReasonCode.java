// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** Why a call was decided as it was. The names are part of the audit record and of metrics. */
public enum ReasonCode {
  /** No such tool; answered as an error of the protocol, not as a denial. */
  UnknownTool,
  /** The server's tools are not known yet; answered as an error of the protocol. */
  CatalogueNotLoaded,
  /** Every call to the server is denied, whatever its policies say; never decided by a policy. */
  AllDenied,
  /** No policy applies to the grant. */
  NoPolicy,
  /** A rule denies the tool, by its action or by a limit of 0. */
  DeniedByRule,
  /** No rule names the tool and the default is deny. */
  NotAllowed,
  /** There are arguments, and no schema to check them against. */
  SchemaUnknown,
  /** An argument that the tool's schema does not declare. */
  UndeclaredArgument,
  /** An argument is missing or of the wrong type. */
  InvalidArguments,
  /** The schema of the tool cannot be used to check arguments. */
  SchemaUnusable,
  /** A condition of {@code deny_if} holds, or cannot be evaluated. */
  DeniedByCondition,
  /** A condition of {@code require} does not hold, or cannot be evaluated. */
  RequirementNotMet,
  /** Not at this time. */
  OutsideSchedule,
  /** The cost of a limit is not an integer in its range, or more than the limit can ever give. */
  InvalidCost,
  /** A person must agree first. */
  ApprovalNeeded,
  /** A limit has no room in its current window. */
  LimitExhausted,
  /** An error while deciding. */
  PolicyError,
  Allowed
}
