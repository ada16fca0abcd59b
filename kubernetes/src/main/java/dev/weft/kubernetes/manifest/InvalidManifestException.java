package dev.weft.kubernetes.manifest;

/** Thrown if a text is not YAML of Kubernetes objects. The message says where and why. */
public final class InvalidManifestException extends Exception {

    public InvalidManifestException(String message) {
        super(message);
    }
}
