/** The output of {@code weft install}: every object of an installation, as manifests for {@code kubectl apply}. */
@NullMarked
package dev.weft.kubernetes.install;

import org.jspecify.annotations.NullMarked;
