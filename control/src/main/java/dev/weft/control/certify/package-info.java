/** Issuing certificates: judges proofs, signs requests, refuses with stable codes, and keeps the audit log of both. */
@NullMarked
package dev.weft.control.certify;

import org.jspecify.annotations.NullMarked;
