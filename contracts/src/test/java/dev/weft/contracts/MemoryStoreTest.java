package dev.weft.contracts;

import dev.weft.mesh.state.Store;

final class MemoryStoreTest extends StoreContract {

    @Override
    protected Store store() {
        return new MemoryStore();
    }
}
