/** The settings that a sidecar starts with: flags, or environment variables of the same names. */
@NullMarked
package dev.weft.proxy.settings;

import org.jspecify.annotations.NullMarked;
