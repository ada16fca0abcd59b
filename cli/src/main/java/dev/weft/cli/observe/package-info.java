/** What is observed in a mesh, as documents and tables: edges, workloads, routes and single requests. */
@NullMarked
package dev.weft.cli.observe;

import org.jspecify.annotations.NullMarked;
