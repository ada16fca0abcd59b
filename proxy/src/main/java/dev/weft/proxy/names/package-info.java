/**
 * Answers the workload's questions for names (DNS, RFC 1034 and 1035): those of the mesh by what the control plane says, others
 * by asking the name servers that the workload had before.
 */
@NullMarked
package dev.weft.proxy.names;

import org.jspecify.annotations.NullMarked;
