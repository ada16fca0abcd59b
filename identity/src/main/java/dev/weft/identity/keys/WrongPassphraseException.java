package dev.weft.identity.keys;

/** An encrypted private key that this passphrase does not open. */
public final class WrongPassphraseException extends IllegalArgumentException {

    WrongPassphraseException() {
        super("encrypted private key: the passphrase does not open it");
    }
}
