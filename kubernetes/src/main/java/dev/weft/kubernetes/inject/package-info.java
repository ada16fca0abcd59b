/**
 * What a pod gets that is in the mesh, from one description: as a change of manifests before they are applied, and as admission
 * policies by which the API server does it. Also the policies that refuse annotations that mean nothing.
 */
@NullMarked
package dev.weft.kubernetes.inject;

import org.jspecify.annotations.NullMarked;
