package dev.weft.identity.keys;

/** Thrown if a passphrase does not open an encrypted private key. */
public final class WrongPassphraseException extends IllegalArgumentException {

    WrongPassphraseException() {
        super("encrypted private key: the passphrase does not open it");
    }
}
