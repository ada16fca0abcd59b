/**
 * The metrics of meshes for one scrape: what each sidecar and control plane says, merged into one text in which each series says
 * whose it is.
 */
@NullMarked
package dev.weft.cli.scrape;

import org.jspecify.annotations.NullMarked;
