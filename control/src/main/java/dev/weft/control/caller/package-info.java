/** The caller of a call: the address and the certificate chain of its connection. */
@NullMarked
package dev.weft.control.caller;

import org.jspecify.annotations.NullMarked;
