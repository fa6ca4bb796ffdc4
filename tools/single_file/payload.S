/*
 * The two blobs of the single file, as sections whose names the linker turns into symbols. Being
 * sections they can be taken out again to be looked at, with objcopy. RUNTIME and BUNDLE are paths.
 */
        .section portbunny_runtime, "a", %progbits
        .balign 4096
        .incbin RUNTIME
        .section portbunny_bundle, "a", %progbits
        .balign 64
        .incbin BUNDLE
        .section .note.GNU-stack, "", %progbits
