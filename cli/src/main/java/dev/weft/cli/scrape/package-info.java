/**
 * The metrics of meshes for one scrape: the answers of sidecars and control planes, merged into one text in which
 * labels say where each series comes from.
 */
@NullMarked
package dev.weft.cli.scrape;

import org.jspecify.annotations.NullMarked;
