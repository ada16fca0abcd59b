/**
 * Join tokens: how a workload that has no certificate yet proves once which identity it is.
 */
@NullMarked
package dev.weft.control.token;

import org.jspecify.annotations.NullMarked;
