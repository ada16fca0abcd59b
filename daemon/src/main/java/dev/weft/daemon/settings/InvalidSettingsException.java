package dev.weft.daemon.settings;

/** Thrown for a flag or variable that cannot be used. The message has its name, its value, and what is expected. */
public final class InvalidSettingsException extends IllegalArgumentException {
    public InvalidSettingsException(String message) {
        super(message);
    }
}
