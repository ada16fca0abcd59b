/**
 * Join tokens: how a workload that has no certificate yet proves once which identity it is; and the account of the machines
 * that joined by one.
 */
@NullMarked
package dev.weft.control.token;

import org.jspecify.annotations.NullMarked;
