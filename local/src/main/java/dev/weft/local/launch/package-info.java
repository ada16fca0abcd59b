/**
 * Starts and stops a mesh from the host: checks the machine, creates the namespaces, and removes everything at the end.
 */
@NullMarked
package dev.weft.local.launch;

import org.jspecify.annotations.NullMarked;
