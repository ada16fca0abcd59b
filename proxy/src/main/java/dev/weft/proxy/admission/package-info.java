/** Whether a session of a caller, and each of its requests, is admitted by the policies and limits of this moment. */
@NullMarked
package dev.weft.proxy.admission;

import org.jspecify.annotations.NullMarked;
