/**
 * Reads the objects of a mesh in YAML, strictly, and writes them: what is not known or not right is an error with its file and
 * line.
 */
@NullMarked
package dev.weft.files.yaml;

import org.jspecify.annotations.NullMarked;
