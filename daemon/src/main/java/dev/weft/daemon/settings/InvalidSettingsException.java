package dev.weft.daemon.settings;

/** Thrown for a flag or variable that cannot be used. The message has its name, its value, and what is expected. */
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingsException(String message) {
        super(message);
    }
}
