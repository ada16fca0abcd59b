package dev.weft.policy.wire;

import com.google.protobuf.MessageLite;

/**
 * Refuses messages with fields that this version does not know. A field from a newer control plane may be a
 * restriction: ignoring it could admit more than intended.
 */
public final class UnknownFields {

    private UnknownFields() {}

    /**
     * Checks a message for unknown fields.
     *
     * @param what name of the message, for the error
     * @param withoutKnownFields the message, with every field that this version knows cleared
     * @throws IllegalArgumentException if there is a field that this version does not know
     */
    public static void refuse(String what, MessageLite withoutKnownFields) {
        if (withoutKnownFields.getSerializedSize() != 0) {
            throw new IllegalArgumentException(
                    what
                            + ": a field that this version does not know; the control plane is newer than this proxy (expected: update the proxy)");
        }
    }
}
