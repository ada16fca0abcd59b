/**
 * Reads the objects of a mesh in YAML, strictly, and writes them. Anything unknown or invalid is an error with its file
 * and line.
 */
@NullMarked
package dev.weft.files.yaml;

import org.jspecify.annotations.NullMarked;
