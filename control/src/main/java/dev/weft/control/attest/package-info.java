/**
 * What callers show to prove who they are, and asking the platform about the tokens of its workloads: before a turn of
 * issuing, with a bound of its own.
 */
@NullMarked
package dev.weft.control.attest;

import org.jspecify.annotations.NullMarked;
