/** A registry of YAML files. It follows changes of the files, and keeps their last valid state in force. */
@NullMarked
package dev.weft.files.registry;

import org.jspecify.annotations.NullMarked;
