/** Assertions about who may call what, in a file: read, held against a mesh, and told. */
@NullMarked
package dev.weft.cli.policytest;

import org.jspecify.annotations.NullMarked;
