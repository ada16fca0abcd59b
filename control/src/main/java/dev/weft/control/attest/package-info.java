/**
 * Proofs of identity that callers show, and the questions to the platform about the tokens of its workloads. They are
 * asked before the request has its turn of issuing, within a limit of their own.
 */
@NullMarked
package dev.weft.control.attest;

import org.jspecify.annotations.NullMarked;
