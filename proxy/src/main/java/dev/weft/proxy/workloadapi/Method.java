package dev.weft.proxy.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;

/** One method of the API; called on the event loop of the call's connection. */
interface Method {
    /** A message of the caller, each of which asks for an answer (WA-01). */
    void request(Call call, byte[] message) throws CallException, InvalidProtocolBufferException;

    /** The caller takes bytes again, after {@link Call#writable} was false. */
    default void writable(Call call) {}

    /** The call is over, in whatever way. */
    default void ended(Call call) {}
}
