/**
 * Injects sidecars into pods, from one description: as a change of manifests before they are applied, and as admission
 * policies for the API server. Also the policies that refuse invalid annotations.
 */
@NullMarked
package dev.weft.kubernetes.inject;

import org.jspecify.annotations.NullMarked;
