/** The form of a control plane's refusals of calls, and their one reader. */
@NullMarked
package dev.weft.daemon.refusal;

import org.jspecify.annotations.NullMarked;
