/** Decides whether a caller's session, and each of its requests, is admitted by the current policies and limits. */
@NullMarked
package dev.weft.proxy.admission;

import org.jspecify.annotations.NullMarked;
