/**
 * What a sidecar is told at its start: by flags, or by environment variables of the same names.
 */
@NullMarked
package dev.weft.proxy.settings;

import org.jspecify.annotations.NullMarked;
