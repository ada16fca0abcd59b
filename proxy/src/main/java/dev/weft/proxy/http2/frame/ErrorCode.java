package dev.weft.proxy.http2.frame;

/** Error codes of RST_STREAM and GOAWAY (RFC 9113 section 7), in the order of their numbers. */
public enum ErrorCode {
    NO_ERROR,
    PROTOCOL_ERROR,
    INTERNAL_ERROR,
    FLOW_CONTROL_ERROR,
    SETTINGS_TIMEOUT,
    STREAM_CLOSED,
    FRAME_SIZE_ERROR,
    REFUSED_STREAM,
    CANCEL,
    COMPRESSION_ERROR,
    CONNECT_ERROR,
    ENHANCE_YOUR_CALM,
    INADEQUATE_SECURITY,
    HTTP_1_1_REQUIRED;

    private static final ErrorCode[] BY_NUMBER = values();

    /** Returns the code's number on the wire. */
    @SuppressWarnings("EnumOrdinal") // the RFC numbers them from zero without gaps
    public int number() {
        return ordinal();
    }

    /** Returns the code for a number on the wire; unknown numbers become INTERNAL_ERROR (RFC 9113 section 7). */
    public static ErrorCode of(long number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : INTERNAL_ERROR;
    }
}
