/**
 * Issuing: who proves what, which requests are signed, what is refused and with which code, and the audit log of both.
 */
@NullMarked
package dev.weft.control.certify;

import org.jspecify.annotations.NullMarked;
