/** The operator's side of joining from outside: creates, lists and revokes tokens and machines. */
@NullMarked
package dev.weft.control.join;

import org.jspecify.annotations.NullMarked;
