package dev.weft.daemon.settings;

/** A flag or variable that cannot be used; the message says which, its value, and what is expected. */
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingsException(String message) {
        super(message);
    }
}
