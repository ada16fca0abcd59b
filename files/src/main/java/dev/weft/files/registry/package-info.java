/**
 * A registry of YAML files that are followed as they change, and keep their last valid state.
 */
@NullMarked
package dev.weft.files.registry;

import org.jspecify.annotations.NullMarked;
