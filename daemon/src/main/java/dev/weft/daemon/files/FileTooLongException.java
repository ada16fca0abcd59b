package dev.weft.daemon.files;

import java.io.IOException;

/** Thrown if a file is longer than its reader accepts. */
public final class FileTooLongException extends IOException {
    FileTooLongException(String message) {
        super(message);
    }
}
