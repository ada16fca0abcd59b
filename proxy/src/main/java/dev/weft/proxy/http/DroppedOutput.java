package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;

/** The output of a gate that only reads along. It drops all bytes: another part of the sidecar carries them. */
public interface DroppedOutput extends GateOutput {
    @Override
    default void toApplication(ByteBuf data) {
        data.release();
    }

    @Override
    default void toCaller(ByteBuf data) {
        data.release();
    }

    @Override
    default void finishApplication() {}

    @Override
    default void finishCaller() {}
}
