/** Kubernetes objects as plain trees and as YAML text, without the client library and its models. */
@NullMarked
package dev.weft.kubernetes.manifest;

import org.jspecify.annotations.NullMarked;
