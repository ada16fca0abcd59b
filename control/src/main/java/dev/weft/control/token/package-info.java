/**
 * Join tokens, with which a workload or machine without a certificate proves its identity once; and the accounts of the
 * machines that joined.
 */
@NullMarked
package dev.weft.control.token;

import org.jspecify.annotations.NullMarked;
