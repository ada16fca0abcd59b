package dev.weft.policy.wire;

import com.google.protobuf.MessageLite;

/** What a newer control plane has added may be a restriction: to ignore it would admit more than was meant. */
public final class UnknownFields {

    private UnknownFields() {}

    /**
     * Throws IllegalArgumentException if there is a field that this version does not know.
     *
     * @param withoutKnownFields the message, with every field cleared that this version knows
     */
    public static void refuse(String what, MessageLite withoutKnownFields) {
        if (withoutKnownFields.getSerializedSize() != 0) {
            throw new IllegalArgumentException(
                    what
                            + ": a field that this version does not know; the control plane is newer than this proxy (expected: update the proxy)");
        }
    }
}
