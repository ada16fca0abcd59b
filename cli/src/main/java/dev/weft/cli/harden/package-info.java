/** Whether a namespace can be made strict: who still calls its workloads in plaintext, and of which that is not known. */
@NullMarked
package dev.weft.cli.harden;

import org.jspecify.annotations.NullMarked;
