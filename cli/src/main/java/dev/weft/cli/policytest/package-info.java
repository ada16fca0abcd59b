/** Assertions about who may call what: reads them from a file, checks them against a mesh, and reports the verdicts. */
@NullMarked
package dev.weft.cli.policytest;

import org.jspecify.annotations.NullMarked;
