//! The operations, one file each, in rooms. File, function and operation bear one name.
