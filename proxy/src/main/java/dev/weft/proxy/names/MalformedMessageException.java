package dev.weft.proxy.names;

/** A message does not follow the format of RFC 1035 section 4. */
final class MalformedMessageException extends Exception {
    MalformedMessageException(String message) {
        super(message, null, false, false); // no stack trace: any client can cause this often
    }
}
