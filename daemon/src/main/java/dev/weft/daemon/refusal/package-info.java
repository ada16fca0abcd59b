/** Why a control plane does not do what a call asks for: how that is written, and the one reader of it. */
@NullMarked
package dev.weft.daemon.refusal;

import org.jspecify.annotations.NullMarked;
