package dev.weft.proxy.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;

/** One method of the API; called on the event loop of the call's connection. */
interface Method {
    /** Called for each message of the caller; each asks for an answer (WA-01). */
    void request(Call call, byte[] message) throws CallException, InvalidProtocolBufferException;

    /** Called when the caller accepts bytes again, after {@link Call#writable} was false. */
    default void writable(Call call) {}

    /** Called when the call is over, for whatever reason. */
    default void ended(Call call) {}
}
