package dev.weft.daemon.files;

import java.io.IOException;

/** A file is longer than its reader takes. */
public final class FileTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    FileTooLongException(String message) {
        super(message);
    }
}
