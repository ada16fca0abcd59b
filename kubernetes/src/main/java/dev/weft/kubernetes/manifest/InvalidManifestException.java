package dev.weft.kubernetes.manifest;

/** A text is no YAML of Kubernetes objects; the message says where and why. */
public final class InvalidManifestException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidManifestException(String message) {
        super(message);
    }
}
