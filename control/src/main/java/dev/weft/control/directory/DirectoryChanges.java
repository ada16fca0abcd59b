package dev.weft.control.directory;

import java.net.InetAddress;

/** Hears what differs between two directories. What is not told of has the same answers in both. */
public interface DirectoryChanges {

    /** The answers about this address may be others. */
    void address(InetAddress address);

    /** Something else may have this name, {@code namespace/name}, in some trust domain. */
    void name(String fullName);

    /** The namespaces, or the trust domains beside the own one, are others. */
    void names();

    /** Any answer may be another. */
    void everything();
}
