/**
 * Who calls: the address and the certificate chain of the connection that a call came by.
 */
@NullMarked
package dev.weft.control.caller;

import org.jspecify.annotations.NullMarked;
